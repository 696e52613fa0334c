locals {
  memory = 1024
  node   = "pve1"
}

module "edge" {
  source      = "lucidsolns/vm/proxmox"
  name        = "edge-web"
  memory      = local.memory
  target_node = local.node
}
