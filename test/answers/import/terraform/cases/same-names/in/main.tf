module "one" {
  source      = "./modules/flatcar"
  vmid        = 100
  name        = "lab-db"
  target_node = "pve1"
  butane_conf = null
}
module "two" {
  source      = "./modules/flatcar"
  vmid        = 200
  name        = "lab-web"
  target_node = "pve1"
  butane_conf = "/etc/web.bu"
}
module "three" {
  source      = "./modules/flatcar"
  vmid        = 300
  name        = "lab-off"
  vm_count    = 0
  target_node = "pve1"
  butane_conf = null
}
module "four" {
  source      = "./modules/flatcar"
  for_each    = toset(["a", "b"])
  vmid        = each.key
  name        = "${each.key}-x"
  target_node = "pve2"
  butane_conf = null
}
module "dns" {
  source = "./modules/dns"
}
