resource "null_resource" "only" {}
