variable "butane_conf" { default = null }
variable "vmid" { type = number }
resource "proxmox_vm_qemu" "vm" {}
