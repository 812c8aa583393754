//! 报核: of a handbook (EML121), of an account book (EMS121), and the consumption sheet 耗料单 (CMB101).

use super::Type::{Date, Decimal, Exactly, Time, UpTo, Whole};
use super::{Dialect, RecordKind, field};

/// 手册报核表头.
pub static EML_CHGOFF_BSC: RecordKind = RecordKind {
    name: "EmlChgoffBsc",
    chinese: "手册报核表头",
    dialect: Dialect::Customs,
    fields: &[
        field("emlNo", "手册号", Exactly(12)),
        field("bizopEtpsSccd", "经营企业社会信用代码", Exactly(18)),
        field("bizopEtpsno", "经营企业编号", Exactly(10)),
        field("bizopEtpsNm", "经营企业名称", UpTo(512)),
        field("ownerEtpsSccd", "加工企业社会信用代码", Exactly(18)),
        field("ownerEtpsno", "加工企业编号", Exactly(10)),
        field("ownerEtpsNm", "加工企业名称", UpTo(512)),
        field("impInvtTotalCnt", "进口清单总数", Whole(19)),
        field("expInvtTotalCnt", "出口清单总数", Whole(19)),
        field("chgoffMtpckTotalCnt", "报核料件总数", Whole(19)),
        field("chgoffEndprdTotalCnt", "报核成品总数", Whole(19)),
        field("chgoffDclDate", "报核申报日期", Date),
        field("dclTypeMarkcd", "申报来源标志代码", Exactly(1)),
        field("emapvMarkcd", "审批标记代码", UpTo(4)),
        field("masterCuscd", "主管海关", Exactly(4)),
    ],
};

/// 手册报核清单.
pub static EML_CHGOFF_INVT: RecordKind = RecordKind {
    name: "EmlChgoffInvt",
    chinese: "手册报核清单",
    dialect: Dialect::Customs,
    fields: &[
        field("emlNo", "手册号", Exactly(12)),
        field("bondInvtNo", "清单编号", UpTo(64)),
    ],
};

/// 手册报核料件.
pub static EML_CHGOFF_MTPCK: RecordKind = RecordKind {
    name: "EmlChgoffMtpck",
    chinese: "手册报核料件",
    dialect: Dialect::Customs,
    fields: &[
        field("emlNo", "手册号", Exactly(12)),
        field("typecd", "类型代码", UpTo(25)),
        field("seqno", "料件序号", Whole(19)),
        field("gdecd", "商品编码", Exactly(10)),
        field("impTotalQty", "进口数量", Decimal(19, 5)),
        field("dprcsCrdwImpQty", "深加工进口数量", Decimal(19, 5)),
        field("sdinQty", "内销数量", Decimal(19, 5)),
        field("reexpQty", "复出口数量", Decimal(19, 5)),
        field("mtpckDstryQty", "料件销毁数量", Decimal(19, 5)),
        field("lfmtQty", "边角料数量", Decimal(19, 5)),
        field("remainCrdwQty", "余料转出数量", Decimal(19, 5)),
        field("csmTotalQty", "产品总耗用量", Decimal(19, 5)),
        field("remainMtpckQty", "料件剩余数量", Decimal(19, 5)),
    ],
};

/// 手册报核成品.
pub static EML_CHGOFF_ENDPRD: RecordKind = RecordKind {
    name: "EmlChgoffEndprd",
    chinese: "手册报核成品",
    dialect: Dialect::Customs,
    fields: &[
        field("emlNo", "手册号", Exactly(12)),
        field("typecd", "类型代码", UpTo(25)),
        field("seqno", "序号", Whole(19)),
        field("gdecd", "商品编码", Exactly(10)),
        field("expTotalQty", "出口数量", Decimal(19, 5)),
        field("dprcsCrdwExpQty", "深加工出口数量", Decimal(19, 5)),
        field("endprdRetnExchImpQty", "成品退换进口数量", Decimal(19, 5)),
        field("endprdRetnExchExpQty", "成品退换出口数量", Decimal(19, 5)),
    ],
};

/// 账册报核表头.
pub static EMS_CHGOFF_BSC: RecordKind = RecordKind {
    name: "EmsChgoffBsc",
    chinese: "账册报核表头",
    dialect: Dialect::Customs,
    fields: &[
        field("emsNo", "账册编号", UpTo(64)),
        field("chgoffTmsCnt", "报核次数", Whole(19)),
        field("chgoffTypecd", "报核类型代码", UpTo(25)).codes(&[
            ("1", "正常申报"),
            ("2", "补充申报"),
            ("3", "海关处置"),
        ]),
        field("chgoffBeginTime", "报核开始时间", Date),
        field("chgoffDueTime", "报核截止时间", Date),
        field("bizopEtpsSccd", "经营企业社会信用代码", Exactly(18)),
        field("bizopEtpsno", "经营企业编号", Exactly(10)),
        field("bizopEtpsNm", "经营企业名称", UpTo(512)),
        field("rvsngdEtpsSccd", "收发货企业社会信用代码", Exactly(18)),
        field("rcvgdEtpsno", "收货企业编号", Exactly(10)),
        field("rcvgdEtpsNm", "收货企业名称", UpTo(512)),
        field("impInvtTotalCnt", "进口清单总数", Whole(19)),
        field("expInvtTotalCnt", "出口清单总数", Whole(19)),
        field("chgoffMtpckTotalCnt", "报核料件总数", Whole(19)),
        field("chgoffEndprdTotalCnt", "报核成品总数", Whole(19)),
        field("chgoffLfmtTotalCnt", "报核边角料总数", Whole(19)),
        field("chgoffImprTotalCnt", "报核残次品总数", Whole(19)),
        field("impMtpckTotalAmt", "进口料件总金额", Decimal(25, 5)),
        field("expEndprdTotalAmt", "出口成品总金额", Decimal(25, 5)),
        field("inputTime", "录入时间", Time),
        field("inputCusrno", "录入关员编号", UpTo(8)),
        field("chgoffDclTime", "报核申报时间", Time),
        field("fstSpareMarkcd", "第一备用标记代码", UpTo(4)),
        field("spareAmt", "备用金额", Decimal(25, 5)),
        field("spareQty", "备用数量", Decimal(19, 5)),
        field("rmk", "备注", UpTo(4000)),
        field("chgoffMarkcd", "报核标记代码", UpTo(4)),
        field("emapvMarkcd", "审批标记代码", UpTo(4)),
        field("emapvTime", "审批时间", Time),
        field("dspsMarkcd", "处理标记代码", UpTo(4)),
        field("dclSourceMarkcd", "申报来源标记代码", UpTo(4)),
        field("masterCuscd", "主管关区代码", UpTo(4)),
    ],
};

/// 账册报核明细.
pub static EMS_CHGOFF_DT: RecordKind = RecordKind {
    name: "EmsChgoffDt",
    chinese: "账册报核明细",
    dialect: Dialect::Customs,
    fields: &[
        field("emsNo", "账册编号", UpTo(64)),
        field("chgoffTmsCnt", "报核次数", Whole(19)),
        field("typecd", "类型代码", Exactly(1)),
        field("seqno", "序号", Whole(19)),
        field("shdRemainQty", "应剩余数量", Decimal(19, 5)),
        field("shdRemainTotalAmt", "应剩余总金额", Decimal(25, 5)),
        field("actlRemainQty", "实际剩余数量", Decimal(19, 5)),
        field("actlRemainTotalAmt", "实际剩余总金额", Decimal(25, 5)),
        field("csmTotalQty", "消耗总数量", Decimal(19, 5)),
        field("csmTotalAmt", "消耗总金额", Decimal(25, 5)),
        field("impOrExpTotalQty", "进口或者出口总数量", Decimal(19, 5)),
        field("sdinQty", "内销数量", Decimal(19, 5)),
        field("sdinTotalAmt", "内销总金额", Decimal(25, 5)),
        field("endprdRetnExchExpQty", "成品退换出口数量", Decimal(19, 5)),
        field("endprdRetnExchImpQty", "成品退换进口数量", Decimal(19, 5)),
        field("lfmtImprQty", "边角料残次品数量", Decimal(19, 5)),
        field("lfmtImprTotalAmt", "边角料残次品总金额", Decimal(25, 5)),
        field("dprcsCrdwImpexpQty", "深加工结转进出口数量", Decimal(19, 5)),
        field("reexpQty", "复出口数量", Decimal(19, 5)),
        field("remainMtpckTrfoutQty", "剩余料件转出数量", Decimal(19, 5)),
        field("mtpckEndprdDstryQty", "料件成品销毁数量", Decimal(19, 5)),
        field("lfmtDstryQty", "边角料销毁数量", Decimal(19, 5)),
        field("vrfaddQty", "核增数量", Decimal(19, 5)),
        field("vrfredQty", "核减数量", Decimal(19, 5)),
        field("tgblLossQty", "有形损耗数量", Decimal(19, 5)),
        field("intgbLossQty", "无形损耗数量", Decimal(19, 5)),
        field("dsmlQty", "差异数量", Decimal(19, 5)),
        field("dsmlAmt", "差异金额", Decimal(19, 5)),
        field(
            "dclcusInvtAvgUprcAmt",
            "报关清单平均单价金额",
            Decimal(19, 5),
        ),
        field("dsmlRate", "差异率", Decimal(19, 5)),
        field("vclrPridInitQty", "核销周期初始数量", Decimal(19, 5)),
        field("fstSpareMarkcd", "第一备用标记代码", UpTo(4)),
        field("spareAmt", "备用金额", Decimal(25, 5)),
        field("spareQty", "备用数量", Decimal(19, 5)),
        field("rmk", "备注", UpTo(4000)),
    ],
};

/// 账册报核清单.
pub static EMS_CHGOFF_INVT_LT: RecordKind = RecordKind {
    name: "EmsChgoffInvtLt",
    chinese: "账册报核清单",
    dialect: Dialect::Customs,
    fields: &[
        field("emsNo", "账册编号", UpTo(64)),
        field("chgoffTmsCnt", "报核次数", Whole(19)),
        field("bondInvtNo", "清单编号", Exactly(18)),
        field("dclTypecd", "申报类型代码", UpTo(25)).codes(&[
            ("1", "正常"),
            ("2", "补充"),
            ("3", "海关处置"),
        ]),
    ],
};

/// 耗料单表头.
pub static SAS_CMB_BSC: RecordKind = RecordKind {
    name: "SasCmbBsc",
    chinese: "耗料单表头",
    dialect: Dialect::Customs,
    fields: &[
        field("cmbNo", "耗料单编号", UpTo(64)),
        field("chgTmsCnt", "变更次数", Whole(19)),
        field("sasCmbPreentNo", "耗料单预录入编号", UpTo(18)),
        field("dclTypecd", "申报类型", UpTo(1)).codes(&[
            ("1", "备案"),
            ("2", "变更"),
            ("3", "删除、作废"),
        ]),
        field("cmTypecd", "耗料单类型", UpTo(1)),
        field("emsNo", "账册编号", UpTo(64)),
        field("masterCuscd", "主管关区", UpTo(4)),
        field("cmBeginTime", "耗料单开始时间", Time),
        field("cmEndTime", "耗料单截止时间", Time),
        field("bizopEtpsSccd", "经营企业社会信用代码", UpTo(18)),
        field("bizopEtpsno", "经营企业编号", UpTo(10)),
        field("bizopEtpsNm", "经营企业名称", UpTo(512)),
        field("rvsngdEtpsSccd", "收发货企业社会信用代码", UpTo(18)),
        field("rcvgdEtpsno", "收货企业编号", UpTo(10)),
        field("rcvgdEtpsNm", "收货企业名称", UpTo(512)),
        field("emapvStucd", "审批标记", UpTo(4)).codes(&[
            ("1", "通过"),
            ("2", "转人工"),
            ("3", "退单"),
        ]),
        field("putrecApprTime", "备案审批时间", Time),
        field("chgApprTime", "变更审批时间", Time),
        field("dclTime", "申报时间", Time),
        field("dclMarkcd", "申报来源", UpTo(4)),
        field("stucd", "状态", UpTo(1)),
        field("rmk", "备注", UpTo(4000)),
    ],
};

/// 耗料单清单.
pub static SAS_CMB_INVT: RecordKind = RecordKind {
    name: "SasCmbInvt",
    chinese: "耗料单清单",
    dialect: Dialect::Customs,
    fields: &[
        field("cmbNo", "耗料单编号", UpTo(64)),
        field("chgTmsCnt", "变更次数", Whole(19)),
        field("bondInvtNo", "清单编号", UpTo(64)),
        field("rmk", "备注", UpTo(4000)),
        field("modfMarkcd", "修改标志代码", UpTo(1)),
    ],
};

/// 耗料单料件.
pub static SAS_CMB_IMG: RecordKind = RecordKind {
    name: "SasCmbImg",
    chinese: "耗料单料件",
    dialect: Dialect::Customs,
    fields: &[
        field("cmbNo", "耗料单编号", UpTo(64)),
        field("chgTmsCnt", "变更次数", Whole(19)),
        field("mtpckSeqno", "料件序号", Whole(19)),
        field("ucnsNetUseupQty", "净耗数量", Decimal(19, 5)),
        field("rmk", "备注", UpTo(4000)),
        field("modfMarkcd", "修改标志代码", UpTo(1)),
    ],
};

/// 耗料单边角料.
pub static SAS_CMB_RBG: RecordKind = RecordKind {
    name: "SasCmbRbg",
    chinese: "耗料单边角料",
    dialect: Dialect::Customs,
    fields: &[
        field("cmbNo", "耗料单编号", UpTo(64)),
        field("chgTmsCnt", "变更次数", Whole(19)),
        field("mtpckSeqno", "料件序号", Whole(19)),
        field("gdecd", "商品编码", UpTo(10)),
        field("gdsNm", "商品名称", UpTo(512)),
        field("gdsSpcfModelDesc", "商品规格型号", UpTo(512)),
        field("dclUnitcd", "申报计量单位代码", UpTo(3)),
        field("dclQty", "申报数量", Decimal(19, 5)),
        field("modfMarkcd", "修改标志代码", UpTo(1)),
        field("rmk", "备注", UpTo(4000)),
    ],
};
