module "edge" {
  for_each = data.external.sites.result
  source   = "./m"
  site     = each.key
}
