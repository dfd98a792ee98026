/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kubelet's folders of logs are called: pods and containers without asking anybody. */
#ifndef SEAMARK_POD_LOG_H
#define SEAMARK_POD_LOG_H

#include <stdbool.h>

#include "user/model/record.h"

/*
 * /var/log/pods/<namespace>_<pod>_<uid>: fills both names of a pod whose uid names holds. False,
 * and nothing is changed, when the folder is another pod's.
 */
bool pod_log_folder(const char *folder, struct record_container *names);
/*
 * /var/log/containers/<pod>_<namespace>_<container>-<id>.log: fills the three names of a container
 * whose id names holds.
 */
bool pod_log_link(const char *link, struct record_container *names);

#endif
