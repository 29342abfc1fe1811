// One step of what is tried again until it is done.
import { errors } from 'playwright-core';

/** How long one step may take before it is tried anew, in milliseconds. */
export const STEP = 15_000;

/** Whether the step was done before its time was over: what it needs may have moved or gone meanwhile. */
export async function inTime(step: () => Promise<unknown>): Promise<boolean> {
  try {
    await step();
    return true;
  } catch (error) {
    if (error instanceof errors.TimeoutError) return false;
    throw error;
  }
}
