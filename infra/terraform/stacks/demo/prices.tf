# What it costs a month. Prices in USD without tax, as third parties that quote AWS's price list gave them. What has
# no row is printed as "not priced", never as zero.

locals {
  prices = {
    us-east-1 = {
      read       = "2026-08"
      vcpu_hour  = { X86_64 = 0.04048, ARM64 = 0.03238 }
      gb_hour    = { X86_64 = 0.004445, ARM64 = 0.00356 }
      ipv4_hour  = 0.005
      key_month  = 1.00
      log_gb     = 0.50
      log_stored = 0.03
    }
    eu-west-2 = {
      read       = "2026-10"
      vcpu_hour  = { X86_64 = 0.04656, ARM64 = 0.03725 }
      gb_hour    = { X86_64 = 0.00511, ARM64 = 0.00409 }
      ipv4_hour  = 0.005
      key_month  = 1.00
      log_gb     = 0.5985
      log_stored = 0.0315
    }
  }

  price = local.prices[var.region]

  # Spot's price moves and depends on the place. The on-demand price is what it costs at most.
  cost = {
    vcpu = var.cpu / 1024 * local.price.vcpu_hour[var.architecture] * var.hours_per_month
    gb   = var.memory / 1024 * local.price.gb_hour[var.architecture] * var.hours_per_month
    ipv4 = local.price.ipv4_hour * var.hours_per_month
    key  = local.price.key_month
    # Written once, and kept for as long as the retention says: in the end so many months of it lie there.
    logs = var.log_gb_per_month * (local.price.log_gb + local.price.log_stored * var.log_retention_days / 30)
  }
  total = sum(values(local.cost))
}
