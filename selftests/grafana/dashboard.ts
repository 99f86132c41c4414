// SPDX-License-Identifier: GPL-2.0
// What tools/grafana/dashboard.json has to be; run.sh appends it here.
import type { Dashboard, Panel, RowPanel } from '@grafana/schema';
import type { FieldConfig, Options } from
	'@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

// JSON has the values of enums.
type Json<T> = T extends string ? `${T}` : T extends object ? { [K in keyof T]: Json<T[K]> } : T;
type Source = NonNullable<Panel['fieldConfig']>;
type Graph = Omit<Panel, 'type' | 'options' | 'fieldConfig'> & {
	type: 'timeseries';
	options: Partial<Options>;
	fieldConfig: Omit<Source, 'defaults'> & {
		defaults: Omit<Source['defaults'], 'custom'> & { custom?: FieldConfig };
	};
};
type Checked = Omit<Dashboard, 'panels'> & { panels: (Graph | RowPanel)[] };

export const dashboard: Json<Checked> =
