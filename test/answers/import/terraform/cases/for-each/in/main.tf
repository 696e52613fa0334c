locals {
  groups = {
    server = { vmid = 9100, count = 3, memory = 4 * 1024, nodes = 0 }
    agent  = { vmid = 9103, count = 2, memory = 2048 + 2 * (1024 - 512), nodes = 0 }
    far    = { vmid = 9300, count = "1", memory = 2048, nodes = 1 }
  }
}

variable "nodes" {
  type    = list(string)
  default = ["pve1", "pve2"]
}

variable "sizes" {
  type = map(object({ cores = optional(number, 4) }))
  default = {
    server = { cores = 8 }
    agent  = {}
    far    = { cores = 2 }
  }
}

module "k8s" {
  for_each    = local.groups
  source      = "lucidsolns/vm/proxmox"
  name        = "lab-${each.key}"
  vmid        = each.value.vmid
  vm_count    = each.value.count
  memory      = each.value.memory
  cores       = var.sizes[each.key].cores
  target_node = var.nodes[each.value.nodes]
}

module "sets" {
  for_each    = toset(["web", "web", "db"])
  source      = "lucidsolns/vm/proxmox"
  name        = "shop-${each.value}"
  target_node = "pve1"
}

locals {
  vms = [
    { name = "one", id = 400 },
    { name = "two", id = 401 },
  ]
}

module "vm" {
  for_each    = { for index, vm in local.vms : vm.name => { id = vm.id, cards = [for n in range.of : n], tag = index + 20 } }
  source      = "lucidsolns/vm/proxmox"
  name        = each.key
  vmid        = each.value.id
  networks    = [for bridge in ["vmbr0", "vmbr1"] : { bridge = bridge, tag = each.value.tag }]
  tags        = [for t in ["a", "b"] : t if t != "b"]
  target_node = "pve1"
}

# Only Terraform knows which.
module "later" {
  for_each    = data.external.names.result
  source      = "lucidsolns/vm/proxmox"
  name        = "late-${each.key}"
  target_node = each.value.node
}

module "never" {
  for_each = {}
  source   = "lucidsolns/vm/proxmox"
}
