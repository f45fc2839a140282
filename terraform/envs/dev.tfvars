# An installation to try changes on. Give project, image and alert_emails their values on the command line or here.
environment         = "dev"
project             = "your-dev-project"
region              = "us-east1"
image               = "us-east1-docker.pkg.dev/your-dev-project/dovetail/run-service:first"
alert_emails        = []
deletion_protection = false
queue_log_ratio     = 1
