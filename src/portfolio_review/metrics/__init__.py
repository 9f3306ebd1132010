"""Step 3: every figure as a pure function, frame in, frame, number or figures by id out.

Symbols throughout: P the reporting period, PP the one before, PY a year earlier, W1 the window that
ends with P, W0 the one before it; r_i(W) the revenue of client i in W; A0, A1 the clients active in
W0, W1. A client frame (`portfolio.client_frame`) has one row per client, by client id.
"""
