module "a" {
  source      = "lucidsolns/proxmox/vm"
  vm_id       = 300
  name        = "lab-a"
  target_node = var.node
  cpu         = "x86-64-v2-AES"
  tags        = ["x", "x", "no tag"]
  networks    = [{ mtu = 1 }, {}, "vmbr3"]
  template_name = "flatcar-beta_4100"
  full_clone  = "true"
  vm_count    = length(var.node)
  disks       = var.none
  cloud_init_storage = "cephfs"
}
