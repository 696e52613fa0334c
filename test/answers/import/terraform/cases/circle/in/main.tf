locals {
  one = "${local.two}!"
  two = local.three
}
locals {
  three = local.one
}
module "x" {
  source = "lucidsolns/vm/proxmox"
  name   = local.one
}
