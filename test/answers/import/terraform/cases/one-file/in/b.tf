module "b" {
  source = "lucidsolns/vm/proxmox"
  vmid = 1
  name = "lab-b"
  target_node = "x"
}
variable "node" { default = "pve3" }
variable "none" { default = null }
