/* SPDX-License-Identifier: BSD-2-Clause */
/* The texts of tls.handshake. */
#ifndef SEAMARK_VERDICT_TEXTS_TLS_H
#define SEAMARK_VERDICT_TEXTS_TLS_H

#include "user/verdict/text.h"

extern const struct text text_hostname_mismatch;
extern const struct text text_certificate_expired;
extern const struct text text_certificate_not_yet_valid;
extern const struct text text_protocol_version;
extern const struct text text_no_common_cipher;
extern const struct text text_not_tls;
extern const struct text text_certificate_required_client;
extern const struct text text_certificate_required_server;
extern const struct text text_our_certificate_rejected;
extern const struct text text_peer_rejected_certificate;
extern const struct text text_remote_alert;
extern const struct text text_closed_by_peer;
extern const struct text text_timeout;
extern const struct text text_timeout_computing;
extern const struct text text_timeout_network;
extern const struct text text_cancelled;
extern const struct text fix_certificate_names;
extern const struct text fix_dial_right_name;
extern const struct text fix_renew_certificate;
extern const struct text fix_check_clock;
extern const struct text fix_versions_overlap;
extern const struct text fix_ciphers_overlap;
extern const struct text fix_speak_tls;
extern const struct text fix_right_port;
extern const struct text fix_send_certificate;
extern const struct text fix_client_authority;
extern const struct text fix_client_trust;
extern const struct text fix_peer_log;
extern const struct text fix_handshake_deadline;
extern const struct text fix_http_scheme;
extern const struct text fix_more_processor;

#endif
