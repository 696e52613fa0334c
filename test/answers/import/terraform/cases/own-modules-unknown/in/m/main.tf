variable "site" {}

module "vm" {
  source      = "lucidsolns/vm/proxmox"
  name        = "vm-${var.site}"
  target_node = "pve1"
}
