from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse


def success(data, status_code=200):  # expect: BL702
    return JSONResponse(status_code=status_code, content={"success": True, "data": jsonable_encoder(data)})


def failure(error, status_code=200):  # expect: BL702
    return JSONResponse(status_code=status_code, content={"success": False, "error": str(error)})
