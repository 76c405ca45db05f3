/** The entry of this folder: judges definitions and makes runners. */
import { RPCError } from '../../protocol/errors.ts';
import type { CheckDefinition } from '../../protocol/types/agent.ts';
import { AliasRunner } from './alias-runner.ts';
import { FlapDamper } from './flap-damper.ts';
import { IntervalRunner } from './interval-runner.ts';
import { MIN_INTERVAL_MS } from './limits.ts';
import { StatusHandler, readThresholds } from './status-handler.ts';
import { TTLRunner } from './ttl-runner.ts';
import { checkKind, durationMs, runsProgram, validateCheckType } from '../lib/check-kind.ts';
import { createProbe, outputLimit } from './create-probe.ts';
import type { AliasSource } from './alias-runner.ts';
import type {
  CheckLog,
  CheckRunner,
  Notify,
  Probe,
  RunnerRequest,
  TTLCheckRunner,
} from './check-runner.ts';
import type { Clock } from './clock.ts';
import type { ProbeEnvironment, ProbeKind } from './create-probe.ts';

export interface CheckFactoryOptions {
  readonly environment: ProbeEnvironment;
  readonly aliases: AliasSource;
  readonly clock: Clock;
  readonly log: CheckLog;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** enable_script_checks: programs may also come through the API. */
  readonly allowRemoteScripts: boolean;
  /**
   * enable_local_script_checks (implied by the former): programs may come from configuration
   * files.
   */
  readonly allowLocalScripts: boolean;
  /** For tests: stands in for the network and the processes. */
  readonly createProbe?: (kind: ProbeKind, definition: CheckDefinition) => Probe;
}

/** Who defined a check: this host's configuration, or a caller of the API, who may be anywhere. */
export type DefinitionSource = 'config' | 'api';

/** Knows nothing of the local state: whoever asks for a runner says where its findings go. */
export class CheckFactory {
  readonly #options: CheckFactoryOptions;

  constructor(options: CheckFactoryOptions) {
    this.#options = options;
  }

  /** A check's `Type` in answers; '' when the definition says nothing that can be run. */
  typeOf(definition: CheckDefinition): string {
    return checkKind(definition) ?? '';
  }

  /** @throws RPCError bad-request with Consul's sentence, without a prefix */
  validate(definition: CheckDefinition): void {
    validateCheckType(definition);
  }

  /**
   * @throws RPCError invalid when `definition` runs a program and the configuration does not
   * allow that
   */
  authorize(definition: CheckDefinition, source: DefinitionSource): void {
    if (!runsProgram(definition)) return;
    const { allowLocalScripts, allowRemoteScripts } = this.#options;
    if (source === 'config' && !allowLocalScripts && !allowRemoteScripts) {
      throw new RPCError(
        'invalid',
        "Scripts are disabled on this agent; to enable, configure 'enable_script_checks' or 'enable_local_script_checks' to true",
      );
    }
    if (source === 'api' && !allowRemoteScripts) {
      throw new RPCError(
        'invalid',
        "Scripts are disabled on this agent from remote calls; to enable, configure 'enable_script_checks' to true",
      );
    }
  }

  /** @throws RPCError invalid for a definition without a kind */
  createRunner(request: RunnerRequest, notify: Notify): CheckRunner | TTLCheckRunner {
    const kind = checkKind(request.definition);
    if (kind === null) throw new RPCError('invalid', 'Check type is not valid');
    if (kind === 'ttl') return this.#ttl(request, notify);
    if (kind === 'alias') return this.#alias(request, notify);
    return this.#periodic(kind, request, notify);
  }

  #ttl({ checkID, definition, lastOutput }: RunnerRequest, notify: Notify): TTLCheckRunner {
    const { clock, log, environment } = this.#options;
    return new TTLRunner({
      checkID,
      ttlMs: durationMs(definition.TTL),
      outputMaxBytes: outputLimit(definition, environment.outputMaxBytes),
      lastOutput: lastOutput ?? '',
      clock,
      log,
      notify,
    });
  }

  #alias({ checkID, definition }: RunnerRequest, notify: Notify): CheckRunner {
    const { aliases, clock } = this.#options;
    const serviceID = definition.AliasService ?? '';
    return new AliasRunner({
      checkID,
      node: definition.AliasNode ?? '',
      serviceID,
      source: aliases,
      clock,
      notify,
    });
  }

  #periodic(kind: ProbeKind, { checkID, definition }: RunnerRequest, notify: Notify): CheckRunner {
    const { clock, random, log, environment } = this.#options;
    const asked = durationMs(definition.Interval);
    if (asked < MIN_INTERVAL_MS) {
      log.warn(`check has interval below minimum: check=${checkID} minimum_interval=1s`);
    }
    const damper = new FlapDamper(checkID, notify, log);
    const handler = new StatusHandler(checkID, readThresholds(definition), damper.handle, log);
    const create = this.#options.createProbe ?? ((k, d) => createProbe(k, d, environment));
    return new IntervalRunner({
      probe: create(kind, definition),
      intervalMs: Math.max(asked, MIN_INTERVAL_MS),
      clock,
      random,
      onResult: (result) => handler.handle(result),
    });
  }
}
