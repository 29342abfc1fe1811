// The table of requests as types: from a method's name to what it takes and answers. Knows nothing of how they travel.
import type { Methods, Notifications } from './types';

export type MethodName = keyof Methods;
export type ParamsOf<M extends MethodName> = Methods[M]['params'];
export type ResultOf<M extends MethodName> = Methods[M]['result'];
export type NotificationName = keyof Notifications;
