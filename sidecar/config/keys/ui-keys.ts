/** The web UI. Source: agent/config/config.go (RawUIConfig). */
import { bool, list, map, object, string, unused } from '../schema.ts';
import { NO_UI } from './reasons.ts';

export const UI_KEYS = {
  ui_config: unused(
    object({
      enabled: bool,
      dir: string,
      content_path: string,
      metrics_provider: string,
      metrics_provider_files: list(string),
      metrics_provider_options_json: string,
      metrics_proxy: object({
        base_url: string,
        add_headers: list(object({ name: string, value: string })),
        path_allowlist: list(string),
      }),
      dashboard_url_templates: map(string),
    }),
    NO_UI,
  ),
};
