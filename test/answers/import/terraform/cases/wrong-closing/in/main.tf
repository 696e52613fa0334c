module "x" {
  name = max(1, [2)]
}
