# `image` is left out of the first apply and set here once it is pushed:
# image = "us-east1-docker.pkg.dev/your-project/dovetail/run-service:first"
environment  = "prod"
project      = "your-project"
region       = "us-east1"
alert_emails = ["operations@example.com"]

# No webhook, and no edit on a calendar, waits for a cold start.
ingress_instances    = { min = 1, max = 20 }
worker_min_instances = { accept-booking = 1, reconcile-event = 1 }
queue_log_ratio      = 0.01
