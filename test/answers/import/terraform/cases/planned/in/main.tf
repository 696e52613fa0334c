module "server" {
  source               = "lucidsolns/vm/proxmox"
  vmid                 = 9100
  name                 = "edge-server"
  vm_count             = 2
  target_node          = "pve1"
  butane_conf          = "${path.module}/server.bu"
  butane_path          = "${path.module}/config"
  butane_conf_snippets = ["users.bu"]
  plan9fs              = [{ dirid = "/srv/media", tag = "media", multidevs = "remap" }]
}

module "agent" {
  source      = "lucidsolns/vm/proxmox"
  vmid        = 9102
  name        = "edge-agent"
  vm_count    = 3
  memory      = 4096
  target_node = "pve1"
  butane_conf = "${path.module}/server.bu"
  networks    = [{ bridge = "vmbr0", tag = 20 }]
}
