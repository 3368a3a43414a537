import { Check, CheckCheck, CircleAlert, Clock, type LucideIcon } from 'lucide-react';
import { useIntl } from '@/i18n/intl';
import type { Delivery } from './types';

const icons: Readonly<Record<Delivery, LucideIcon>> = {
  pending: Clock,
  sent: Check,
  delivered: CheckCheck,
  read: CheckCheck,
  failed: CircleAlert,
};

/** How far an own message has come, as a sign and in words. */
export function DeliveryMark({ delivery }: { delivery: Delivery }) {
  const { t } = useIntl();
  const Icon = icons[delivery];
  const name = t(`delivery.${delivery}`);
  const colour = delivery === 'read' ? 'text-accent' : delivery === 'failed' ? 'text-danger' : '';
  return (
    <span className={`inline-flex ${colour}`} title={name} data-delivery={delivery}>
      <Icon aria-hidden="true" className="size-4" strokeWidth={delivery === 'read' ? 2.75 : 2} />
      <span className="sr-only">{name}</span>
    </span>
  );
}
