/** Metrics, and what Consul sends home. Source: agent/config/config.go (Telemetry). */
import { bool, duration, ignored, list, object, string, unused } from '../schema.ts';
import { NO_CIRCONUS, NO_SINK_CONNECTION } from './reasons.ts';

/** All of them are texts, and none has anything to act upon. */
const circonus = ignored(string, NO_CIRCONUS);

export const TELEMETRY_KEYS = {
  telemetry: object({
    circonus_api_app: circonus,
    circonus_api_token: circonus,
    circonus_api_url: circonus,
    circonus_broker_id: circonus,
    circonus_broker_select_tag: circonus,
    circonus_check_display_name: circonus,
    circonus_check_force_metric_activation: circonus,
    circonus_check_id: circonus,
    circonus_check_instance_id: circonus,
    circonus_check_search_tag: circonus,
    circonus_check_tags: circonus,
    circonus_submission_interval: circonus,
    circonus_submission_url: circonus,
    disable_hostname: bool,
    disable_per_tenancy_usage_metrics: bool,
    enable_host_metrics: bool,
    dogstatsd_addr: string,
    dogstatsd_tags: list(string),
    retry_failed_connection: unused(bool, NO_SINK_CONNECTION),
    filter_default: bool,
    prefix_filter: list(string),
    metrics_prefix: string,
    prometheus_retention_time: duration,
    statsd_address: string,
    statsite_address: string,
  }),
  // Lictor never asks for newer versions and signs nothing, so both are honoured whatever they say.
  disable_update_check: bool,
  disable_anonymous_signature: bool,
};
