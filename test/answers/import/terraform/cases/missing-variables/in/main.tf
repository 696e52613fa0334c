variable "asked_for" {}
module "x" {
  source      = "lucidsolns/vm/proxmox"
  name        = var.not_declared
  target_node = var.asked_for
  memory      = local.gone
  networks    = [{ bridge = var.map.key }]
  pm_api_url  = var.pm_api_url
}
variable "map" { default = { other = "vmbr0" } }
