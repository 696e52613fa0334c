variable "target_node" { type = string }
variable "pm_api_url" { type = string }
variable "pm_password" { sensitive = true }
variable "env" { nullable = false }

# As the examples of the module have it: the values come from a command line.
module "sample" {
  source        = "lucidsolns/proxmox/vm"
  version       = ">= 0.1.2"
  vmid          = 991
  name          = "sample-${var.env}"
  target_node   = var.target_node
  pm_api_url    = var.pm_api_url
  pm_password   = var.pm_password
  template_name = "flatcar-stable"
  tags          = ["flatcar", var.env]
}

module "elsewhere" {
  source      = "lucidsolns/vm/proxmox"
  name        = "else-where"
  target_node = "pve9"
  pm_api_url  = "https://pve9:8006/api2/json"
}
