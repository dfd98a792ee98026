/* SPDX-License-Identifier: BSD-2-Clause */
/* The texts of connect. */
#ifndef SEAMARK_VERDICT_TEXTS_CONNECT_H
#define SEAMARK_VERDICT_TEXTS_CONNECT_H

#include "user/verdict/text.h"

extern const struct text text_refused;
extern const struct text text_refused_here;
extern const struct text text_listens_now;
extern const struct text text_listens_elsewhere;
extern const struct text text_refused_path;
extern const struct text text_no_socket;
extern const struct text text_refused_abstract;
extern const struct text text_unanswered;
extern const struct text text_program_deadline;
extern const struct text text_lost_a_race;
extern const struct text text_no_route;
extern const struct text text_unreachable;
extern const struct text text_reset;
extern const struct text text_no_port_left;
extern const struct text text_blocked_seccomp;
extern const struct text text_blocked_cgroup;
extern const struct text text_blocked_route;
extern const struct text text_blocked_outside;
extern const struct text text_blocked_module;
extern const struct text text_socket_missing;
extern const struct text text_socket_denied;
extern const struct text fix_start_listener;
extern const struct text fix_start_server;
extern const struct text fix_listen_outside;
extern const struct text fix_try_again;
extern const struct text fix_dial_listener;
extern const struct text fix_dial_network;
extern const struct text fix_listen_on_all;
extern const struct text fix_listen_on_all_there;
extern const struct text fix_share_network_docker;
extern const struct text fix_share_network_kubernetes;
extern const struct text fix_look_at_filters;
extern const struct text fix_longer_deadline;
extern const struct text fix_add_route;
extern const struct text fix_look_at_routes;
extern const struct text fix_look_at_neighbour;
extern const struct text fix_look_at_peer;
extern const struct text fix_allow_seccomp;
extern const struct text fix_allow_seccomp_docker;
extern const struct text fix_allow_seccomp_kubernetes;
extern const struct text fix_allow_seccomp_systemd;
extern const struct text fix_allow_cgroup;
extern const struct text fix_allow_route;
extern const struct text fix_allow_policy;
extern const struct text fix_allow_module;
extern const struct text fix_mount_socket;
extern const struct text fix_restart_owner;
extern const struct text fix_correct_path;
extern const struct text fix_join_group;
extern const struct text fix_open_path;
extern const struct text text_path_policy;
extern const struct text fix_path_policy;

#endif
