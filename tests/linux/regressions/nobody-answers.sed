# SPDX-License-Identifier: GPL-2.0-only
# fix: b58b133e680b, 3dfa64aecbaf (B17), a fault that nobody can take is answered all the same
# file: drivers/iommu/io-pgfault.c
# series: 6.12 7.2
# scenarios: sva-unbind-race domain-handler-replace-race sva-storm-unbind
/^err_bad_iopf:/,/^}/{
s/iopf_error_response(.*);/;/
}
