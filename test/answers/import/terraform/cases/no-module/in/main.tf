resource "proxmox_vm_qemu" "vm" { name = "x" }
