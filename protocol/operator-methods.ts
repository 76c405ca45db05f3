/** Methods of operators: how much there is, and what Autopilot is told. */
import type { Method } from './method.ts';
import type {
  AutopilotSetArgs,
  ServiceUsage,
  StoredAutopilotConfiguration,
} from './types/operator.ts';

export interface OperatorMethods {
  'operator.usage': Method<'read', Record<string, never>, ServiceUsage>;
  'autopilot.get': Method<'read', Record<string, never>, StoredAutopilotConfiguration>;
  /** False when another wrote it after `cas`. */
  'autopilot.set': Method<'write', AutopilotSetArgs, boolean>;
}
