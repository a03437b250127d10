# Stack demo: the smallest bill there is. Nothing in it lasts.
region  = "eu-west-2"
image   = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/plimsoll@sha256:0000000000000000000000000000000000000000000000000000000000000000"
callers = { office = "192.0.2.10/32" }
