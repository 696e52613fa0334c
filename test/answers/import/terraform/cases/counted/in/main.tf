variable "nodes" { default = ["pve1", "pve2"] }

module "same" {
  count       = 3
  source      = "lucidsolns/vm/proxmox"
  name        = "lab-worker-${count.index + 1}"
  vmid        = 500 + count.index
  target_node = "pve1"
}

# One after the other, two guests each.
module "pairs" {
  count       = "2"
  source      = "lucidsolns/vm/proxmox"
  name        = format("pair-%02d", count.index)
  vm_count    = 2
  vmid        = 600 + count.index * 2
  target_node = "pve1"
}

module "apart" {
  count       = length(["a", "b"]) > 1 ? 2 : 0
  source      = "lucidsolns/vm/proxmox"
  name        = "odd-${count.index}"
  target_node = var.nodes[count.index]
}

module "differ" {
  count       = 2
  source      = "lucidsolns/vm/proxmox"
  name        = "edge-${count.index}"
  target_node = var.nodes[count.index]
  vmid        = 700 + count.index * 10 / 2 % 7 - 1
}

module "off" {
  count  = 0
  source = "lucidsolns/vm/proxmox"
}
