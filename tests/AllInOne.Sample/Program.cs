using UserDomain.AllInOne;
using UserDomain.AllInOne.Sample;
using UserDomain.AllInOne.SamplePages;

return await AllInOneHost.RunAsync([SamplePagesService.Description, SampleServices.Roles, SampleServices.Sessions], args);
