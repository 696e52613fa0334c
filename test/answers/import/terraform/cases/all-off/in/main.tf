module "x" {
  source = "lucidsolns/vm/proxmox"
  vm_count = 0
}
