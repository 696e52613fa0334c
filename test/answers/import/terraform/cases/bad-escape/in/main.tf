module "x" {
  name = "C:\dir"
}
