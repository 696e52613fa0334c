module "edge" {
  source = "./modules/flatcar"
  name   = "edge"
  nodes  = 3
  token  = "hunter2"
}

module "stage" {
  for_each = { small = 1, large = 2 }
  source   = "./modules/flatcar/"
  name     = each.key
  nodes    = each.value
  token    = "hunter2"
}

module "else" {
  source = "./modules/other"
}
