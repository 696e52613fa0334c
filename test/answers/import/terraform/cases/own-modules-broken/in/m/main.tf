module "vm" {
  source = "lucidsolns/vm/proxmox
}
