import type { Calibration } from '../../../attack/suspicion/calibration.ts';
import type { SuspicionService } from '../../../server/suspicion/service.ts';

/** A service that is calibrated like this, or not at all. */
export function suspicionWith(calibration: Calibration | undefined): SuspicionService {
  return { begin: () => {}, calibrationOf: () => calibration, close: async () => {} };
}
