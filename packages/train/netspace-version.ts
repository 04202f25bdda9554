/** The version of netspace, which stands in whatever it writes. */

export const netspaceVersion = '0.1.0';
