# An installation to try changes on. `image` is left out of the first apply and set here once it is pushed:
# image = "us-east1-docker.pkg.dev/your-dev-project/dovetail/run-service:first"
environment         = "dev"
project             = "your-dev-project"
region              = "us-east1"
alert_emails        = []
deletion_protection = false
queue_log_ratio     = 1
