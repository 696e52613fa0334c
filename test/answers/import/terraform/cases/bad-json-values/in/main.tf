module "x" { source = "lucidsolns/vm/proxmox" }
