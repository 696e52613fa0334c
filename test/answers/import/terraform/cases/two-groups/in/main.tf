terraform {
  required_version = "> 1.9.0"
}

locals {
  domain = "lab.example"
  tags   = ["k3s", var.stage]
}

/* The servers keep the data; everything
   else is an agent. */
module "servers" {
  source  = "lucidsolns/vm/proxmox"
  version = ">= 0.1.2"

  vmid     = 9100
  name     = "edge-server"
  vm_count = 3
  cores    = 4
  memory   = 4 * 1024
  pool     = "edge"

  description = <<-EOT
    Servers of ${local.domain},
      $${not_a_variable} stays.
  EOT

  pm_api_url      = var.pm_api_url
  pm_user         = var.pm_user
  pm_password     = var.pm_password
  pm_tls_insecure = false
  target_node     = var.target_node
  template_name   = "flatcar-stable"
  full_clone      = false
  tags            = local.tags

  butane_conf          = "${path.module}/server.bu.tftpl"
  butane_path          = "${path.module}/butane.d"
  butane_conf_snippets = ["users.bu.tftpl"]

  networks = [
    { bridge = "vmbr0", tag = 20, mtu = 9000, macaddr = "BC:24:11:00:00:01" },
    { bridge = var.bridges["storage"], tag = 0 }, # untagged
  ]
  plan9fs  = [{ dirid = "/srv/media, old", tag = "media", readonly = true }]
  virtiofs = [{ dirid = "/srv/data", tag = "data", cache = "always", direct-io = "true" }, { dirid = "/srv/more", tag = "more", direct-io = "auto" }]
  disks = [
    { slot = "scsi0", storage = "local-lvm", size = "40G", discard = true },
    { slot = "scsi1", storage = "local-lvm", size = "100G" },
  ]
  startup = "order=2"
}

module "agents" {
  source        = "lucidsolns/vm/proxmox"
  vmid          = 9103
  name          = "edge-agent"
  vm_count      = "2"
  pool          = "edge"
  target_node   = var.target_node
  template_name = "flatcar-stable"
  full_clone    = false
  tags          = concat(local.tags, ["agent"])
  disks         = [{ slot = "scsi0", storage = "local-lvm", size = "8694M" }]
  colour        = "blue"
}

resource "null_resource" "after" {
  triggers = { servers = join(",", [for vm in module.servers.vms : vm.name]) }
}

output "names" {
  value = module.servers.names
}
