variable "nodes" { type = number }
variable "name" { type = string }
variable "memory" { default = 4096 }
variable "token" { sensitive = true }
variable "asked" {}

module "vm" {
  source      = "lucidsolns/vm/proxmox"
  vmid        = 100
  name        = "${var.name}-server"
  vm_count    = var.nodes
  memory      = var.memory
  description = var.token
  pool        = var.asked
  target_node = "pve1"
  butane_conf = "${path.module}/server.bu"
}

resource "null_resource" "beside" {}
