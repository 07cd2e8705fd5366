from rest_framework.response import Response


def ok(data, status=200):  # expect: BL702
    return Response({"ok": True, "data": data}, status=status)


def error(exc, status=200):  # expect: BL702
    return Response({"ok": False, "error": str(exc)}, status=status)
