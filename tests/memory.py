"""The peak memory of a child process, for programs that tests start.

Linux keeps it for the program itself in /proc; `ru_maxrss` starts there from what the process had that started it, and
serves elsewhere.
"""

PEAK = """
def peak_megabytes():
    import resource
    from pathlib import Path
    status = Path("/proc/self/status")
    if status.is_file():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
"""
