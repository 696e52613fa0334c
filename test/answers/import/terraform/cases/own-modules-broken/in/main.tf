module "edge" {
  source = "./m"
}

module "other" {
  source = "./n"
}
