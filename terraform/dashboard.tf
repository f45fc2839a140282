# One page: is everything in agreement, and if not, where does it stand still.

locals {
  charts = [
    { title = "Deliveries of tasks by outcome, per minute", filter = local.metric_filters.task_attempts, by = "metric.label.outcome", align = "ALIGN_DELTA", reduce = "REDUCE_SUM" },
    { title = "Deliveries that failed by queue, per minute", filter = "${local.metric_filters.task_attempts} AND metric.labels.outcome=${local.failed_outcomes}", by = "metric.label.queue", align = "ALIGN_DELTA", reduce = "REDUCE_SUM" },
    { title = "Tasks waiting by queue", filter = "metric.type=\"cloudtasks.googleapis.com/queue/depth\" AND resource.type=\"cloud_tasks_queue\"", by = "resource.label.queue_id", align = "ALIGN_MEAN", reduce = "REDUCE_MAX" },
    { title = "How late deliveries begin (95th percentile, ms)", filter = "metric.type=\"cloudtasks.googleapis.com/queue/task_attempt_delays\" AND resource.type=\"cloud_tasks_queue\"", by = "resource.label.queue_id", align = "ALIGN_PERCENTILE_95", reduce = "REDUCE_MAX" },
    { title = "Requests to run-service by class, per minute", filter = local.requests, by = "metric.label.response_code_class", align = "ALIGN_DELTA", reduce = "REDUCE_SUM" },
    { title = "Latency of run-service (95th percentile, ms)", filter = replace(local.requests, "request_count", "request_latencies"), by = "resource.label.service_name", align = "ALIGN_PERCENTILE_95", reduce = "REDUCE_MAX" },
    { title = "Conflicts opened", filter = local.metric_filters.conflicts_opened, by = "metric.label.tenant", align = "ALIGN_DELTA", reduce = "REDUCE_SUM" },
    { title = "Dead letters kept", filter = local.metric_filters.dead_letters, by = "metric.label.queue", align = "ALIGN_DELTA", reduce = "REDUCE_SUM" },
    { title = "Reads of feeds that failed", filter = local.metric_filters.feed_reads_failed, by = "metric.label.reason", align = "ALIGN_DELTA", reduce = "REDUCE_SUM" },
    { title = "Feeds parked or suspect", filter = local.metric_filters.feeds_troubled, by = "metric.label.action", align = "ALIGN_DELTA", reduce = "REDUCE_SUM" },
    { title = "Removals held", filter = local.metric_filters.removals_held, by = "metric.label.tenant", align = "ALIGN_DELTA", reduce = "REDUCE_SUM" },
    { title = "Audits that found differences", filter = local.metric_filters.differences_found, by = "metric.label.tenant", align = "ALIGN_DELTA", reduce = "REDUCE_SUM" },
    { title = "Changes that no push told of", filter = local.metric_filters.pushes_missed, by = "metric.label.tenant", align = "ALIGN_DELTA", reduce = "REDUCE_SUM" },
    { title = "Documents read, per minute", filter = "metric.type=\"firestore.googleapis.com/document/read_ops_count\" AND resource.type=\"firestore.googleapis.com/Database\"", by = "resource.label.database_id", align = "ALIGN_DELTA", reduce = "REDUCE_SUM" },
    { title = "Documents written, per minute", filter = "metric.type=\"firestore.googleapis.com/document/write_ops_count\" AND resource.type=\"firestore.googleapis.com/Database\"", by = "resource.label.database_id", align = "ALIGN_DELTA", reduce = "REDUCE_SUM" },
    { title = "Instances by service", filter = "metric.type=\"run.googleapis.com/container/instance_count\" AND resource.type=\"cloud_run_revision\"", by = "resource.label.service_name", align = "ALIGN_MAX", reduce = "REDUCE_SUM" },
  ]

  chart_width  = 24
  chart_height = 16
}

resource "google_monitoring_dashboard" "this" {
  dashboard_json = jsonencode({
    displayName = "Dovetail ${var.environment}"
    mosaicLayout = {
      columns = 48
      tiles = [
        for index, chart in local.charts : {
          xPos   = index % 2 * local.chart_width
          yPos   = floor(index / 2) * local.chart_height
          width  = local.chart_width
          height = local.chart_height
          widget = {
            title = chart.title
            xyChart = {
              dataSets = [{
                plotType = "LINE"
                timeSeriesQuery = {
                  timeSeriesFilter = {
                    filter = chart.filter
                    aggregation = {
                      alignmentPeriod    = "60s"
                      perSeriesAligner   = chart.align
                      crossSeriesReducer = chart.reduce
                      groupByFields      = [chart.by]
                    }
                  }
                }
              }]
            }
          }
        }
      ]
    }
  })

  depends_on = [google_project_service.apis]
}
