import type { UIConfig } from '../agent-config-security.ts';
import type { BuildContext } from './build-context.ts';

const BASIC_NAME = /^[a-z0-9_-]+$/;
/** What the built-in Prometheus provider of the UI asks for. */
const PROMETHEUS_PATHS = ['/api/v1/query', '/api/v1/query_range'];

/** The web UI (agent/config/builder.go, uiConfigVal and validate). */
export function buildUI(context: BuildContext): UIConfig {
  const raw = context.raw.ui_config ?? {};
  const proxy = raw.metrics_proxy ?? {};
  const paths = proxy.path_allowlist ?? [];
  const metricsProvider = raw.metrics_provider ?? '';
  const ui: UIConfig = {
    enabled: raw.enabled ?? context.dev,
    dir: raw.dir ?? '',
    contentPath: raw.content_path ? `/${raw.content_path.replace(/^\/+|\/+$/g, '')}/` : '/ui/',
    metricsProvider,
    metricsProviderFiles: raw.metrics_provider_files ?? [],
    metricsProviderOptionsJSON: raw.metrics_provider_options_json ?? '',
    metricsProxy: {
      baseURL: proxy.base_url ?? '',
      addHeaders: (proxy.add_headers ?? []).map(({ name = '', value = '' }) => ({ name, value })),
      pathAllowlist:
        metricsProvider === 'prometheus' && paths.length === 0 ? PROMETHEUS_PATHS : paths,
    },
    dashboardURLTemplates: raw.dashboard_url_templates ?? {},
  };
  checkUI(context, ui);
  return ui;
}

function checkUI(context: BuildContext, ui: UIConfig): void {
  const fail = (key: string, message: string) => context.fail(`ui_config.${key}`, message);
  if (!/^[A-Za-z0-9/_-]+$/.test(ui.contentPath)) {
    fail(
      'content_path',
      `ui-content-path can only contain alphanumeric, -, _, or /. ${received(ui.contentPath)}`,
    );
  } else if (/^\/v\d+\/$/.test(ui.contentPath)) {
    fail('content_path', `ui-content-path cannot have 'v[0-9]'. ${received(ui.contentPath)}`);
  }
  if (ui.metricsProvider !== '' && !BASIC_NAME.test(ui.metricsProvider)) {
    const rule = 'can only contain lowercase alphanumeric, - or _ characters.';
    fail('metrics_provider', `ui_config.metrics_provider ${rule} ${received(ui.metricsProvider)}`);
  }
  if (ui.metricsProviderOptionsJSON !== '' && !isJSONObject(ui.metricsProviderOptionsJSON)) {
    fail(
      'metrics_provider_options_json',
      'must be empty or a string containing a valid JSON object',
    );
  }
  const { baseURL, pathAllowlist } = ui.metricsProxy;
  if (baseURL !== '' && !isWebURL(baseURL)) {
    fail('metrics_proxy.base_url', `must be a valid http or https URL. ${received(baseURL)}`);
  }
  for (const path of pathAllowlist) {
    if (!isAbsolutePath(path)) {
      fail('metrics_proxy.path_allowlist', `path ${JSON.stringify(path)} is not an absolute path`);
    }
  }
  for (const [name, template] of Object.entries(ui.dashboardURLTemplates)) {
    if (!BASIC_NAME.test(name)) {
      fail(
        'dashboard_url_templates',
        `the name ${JSON.stringify(name)} ` +
          `can only contain lowercase alphanumeric, - or _ characters.`,
      );
    } else if (!/^https?:\/\/./.test(template)) {
      fail(
        'dashboard_url_templates',
        `values must be a valid http or https URL. ${received(template)}`,
      );
    }
  }
  // In development mode the UI is on unless told, so a directory there is no contradiction.
  if (!context.dev && ui.enabled && ui.dir !== '') {
    fail(
      'dir',
      'Both the ui_config.enabled and ui_config.dir (or -ui and -ui-dir) ' +
        'were specified, please provide only one.',
    );
  }
}

function received(text: string): string {
  return `received: ${JSON.stringify(text)}`;
}

function isJSONObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function isWebURL(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'http:' || url?.protocol === 'https:';
}

function isAbsolutePath(path: string): boolean {
  return /^\/(?!\/)[^?#\s]*$/.test(path);
}
